/** Where a log begins on the page: at the message that was asked for, else at the first new one, else at its end; the keyboard follows. */
export function open({ dataset, list, scroll, composer }) {
  const target = list.articles.get(Number(dataset.around) || list.newFrom)
  target ? scroll.show(target) : scroll.toEnd()
  if (dataset.around) target?.focus({ preventScroll: true })
  else if (matchMedia("(pointer: fine)").matches) composer?.focus()
}
