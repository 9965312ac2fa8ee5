import { Chat } from "./chat.js"

const user = Number(document.documentElement.dataset.user)
const userSeq = Number(document.querySelector("room-list")?.dataset.userSeq || 0)

/** The page's chat; null where nobody is signed in. */
export const chat = user ? new Chat(user, { userSeq }) : null
