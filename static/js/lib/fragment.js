const element = (markup) => {
  const template = document.createElement("template")
  // The only markup that is ever parsed: fragments that the server drew and cleaned.
  template.innerHTML = markup
  return template.content.firstElementChild
}

/** A piece of a page that the server drew, its elements alone. */
export function piece(markup) {
  return element(`<div>${markup}</div>`).firstElementChild
}

const ids = (list = "") => list.split(/[\s,]+/).filter((word) => /^\d+$/.test(word)).map(Number)

/** The element of a row that came as a fragment. */
export function elementOf(row) {
  return element(row.fragment)
}

/** The row of an element that the page brought along: what the HTML encoding would have said of it. */
export function rowOf(article) {
  const { id, room, seq, eventSeq, author, kind, created, edited, deleted, msgId, mentions = "" } = article.dataset
  const { replyTo, thread, replies } = article.dataset
  return {
    id: Number(id), room: Number(room), seq: Number(seq), event_seq: Number(eventSeq), kind,
    author: { id: Number(author) }, created_at: created, edited_at: edited || null, deleted_at: deleted || null,
    msg_id: msgId ?? "", mentions: { users: ids(mentions), all: mentions.split(/[\s,]+/).includes("all") },
    reply_to: replyTo ? { id: Number(replyTo) } : null, thread: thread ? { root: Number(thread), replies: Number(replies) } : null,
    fragment: article.outerHTML,
  }
}
