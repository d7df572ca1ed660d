// The smallest server on Socket.IO that does the workloads: a channel is a room, and a published event is sent to the room.
import { createServer } from "node:http";
import { Server } from "socket.io";

const http = createServer((request, response) => response.end("ready"));
// The subscribers of the load side never speak; they shall not be taken for dead, and nothing but events shall pass.
const io = new Server(http, { transports: ["websocket"], serveClient: false, pingInterval: 600000, perMessageDeflate: false });

io.on("connection", (socket) => {
  socket.on("subscribe", (channel, done) => {
    socket.join(channel);
    done();
  });
  socket.on("publish", (channel, body, done) => {
    io.to(channel).emit("event", body);
    done();
  });
});

http.listen(Number(process.argv[2]), "127.0.0.1", 4096);
