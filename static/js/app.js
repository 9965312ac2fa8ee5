import { ChatRoom } from "./elements/chat-room.js"
import { ConnectionStatus } from "./elements/connection-status.js"
import { MessageComposer } from "./elements/message-composer.js"
import { MessageList } from "./elements/message-list.js"
import { RoomList } from "./elements/room-list.js"
import { chat } from "./lib/page.js"

if (chat) {
  // From the inside out: a room finds its list and its composer ready.
  customElements.define("message-list", MessageList)
  customElements.define("message-composer", MessageComposer)
  customElements.define("chat-room", ChatRoom)
  customElements.define("room-list", RoomList)
  customElements.define("connection-status", ConnectionStatus)
  chat.start()
}
