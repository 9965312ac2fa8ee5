const LARGEST = 20 * 1024 * 1024

/** Draws a small likeness of a picture that is still on this side into `canvas`; what is none leaves it hidden. */
export async function preview(file, canvas) {
  if (!/^image\/(jpeg|png|gif|webp|avif)$/.test(file.type) || file.size > LARGEST) return
  try {
    const picture = await createImageBitmap(file)
    const side = Math.min(picture.width, picture.height)
    const [left, top] = [(picture.width - side) / 2, (picture.height - side) / 2]
    canvas.getContext("2d").drawImage(picture, left, top, side, side, 0, 0, canvas.width, canvas.height)
    picture.close()
    canvas.hidden = false
  } catch {
    // Not a picture, whatever its name says: the server will tell.
  }
}
