// npm `ws`, its broadcast as its README has it, in rooms: node ws.js PORT
"use strict";

const { WebSocketServer, WebSocket } = require("ws");

const rooms = new Map();
const server = new WebSocketServer({ host: "127.0.0.1", port: Number(process.argv[2]), perMessageDeflate: false, backlog: 2048 });

server.on("connection", (socket, request) => {
  if (!rooms.has(request.url)) rooms.set(request.url, new Set());
  const room = rooms.get(request.url);
  room.add(socket);
  socket.on("error", () => socket.terminate());
  socket.on("close", () => room.delete(socket));
  socket.on("message", (data, isBinary) => {
    for (const each of room) if (each.readyState === WebSocket.OPEN) each.send(data, { binary: isBinary });
  });
});
