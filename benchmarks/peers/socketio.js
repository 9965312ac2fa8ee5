// npm `socket.io` with rooms, WebSocket alone, no deflate: node socketio.js PORT
"use strict";

const { createServer } = require("node:http");
const { Server } = require("socket.io");

const http = createServer();
const io = new Server(http, { transports: ["websocket"], perMessageDeflate: false, serveClient: false });

io.on("connection", (socket) => {
  const room = String(socket.handshake.query.room);
  socket.join(room);
  socket.on("message", (said) => io.to(room).emit("message", said));
});
http.listen({ port: Number(process.argv[2]), host: "127.0.0.1", backlog: 2048 });
