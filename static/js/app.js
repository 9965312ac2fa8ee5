import { ChatRoom } from "./elements/chat-room.js"
import { ConnectionStatus } from "./elements/connection-status.js"
import { MessageComposer } from "./elements/message-composer.js"
import { MessageList } from "./elements/message-list.js"
import { NoticePermission } from "./elements/notice-permission.js"
import { PeoplePicker } from "./elements/people-picker.js"
import { StatusDot } from "./elements/status-dot.js"
import { ReadLine } from "./elements/read-line.js"
import { RoomList } from "./elements/room-list.js"
import { StatusMenu } from "./elements/status-menu.js"
import { TypingLine } from "./elements/typing-line.js"
import { ThreadPane } from "./elements/thread-pane.js"
import { Calls } from "./lib/calls.js"
import { Lightbox } from "./lib/lightbox.js"
import { chat } from "./lib/page.js"
import { seekByKey } from "./lib/seeking.js"
import { tellZone } from "./lib/zone.js"

new Lightbox().watch()

if (chat) {
  // From the inside out: a room finds its list and its composer ready.
  customElements.define("message-list", MessageList)
  customElements.define("message-composer", MessageComposer)
  customElements.define("chat-room", ChatRoom)
  customElements.define("thread-pane", ThreadPane)
  customElements.define("typing-line", TypingLine)
  customElements.define("read-line", ReadLine)
  customElements.define("room-list", RoomList)
  customElements.define("status-dot", StatusDot)
  customElements.define("status-menu", StatusMenu)
  customElements.define("people-picker", PeoplePicker)
  customElements.define("connection-status", ConnectionStatus)
  customElements.define("notice-permission", NoticePermission)
  new Calls(chat)
  chat.start()
  seekByKey()
  tellZone(chat.store)
}
