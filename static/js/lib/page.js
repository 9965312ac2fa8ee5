import { Chat } from "./chat.js"

const user = Number(document.documentElement.dataset.user)

/** The page's chat; null where nobody is signed in. */
export const chat = user ? new Chat(user) : null
