// The smallest server on ws that does the workloads: a channel is a set of sockets, and a published message is sent to each as it came.
import { createServer } from "node:http";
import { WebSocketServer } from "ws";

const channels = new Map();
const numberLength = 16;

const http = createServer((request, response) => response.end("ready"));
const server = new WebSocketServer({ server: http, perMessageDeflate: false, clientTracking: false });

server.on("connection", (socket, request) => {
  const [, role, name] = request.url.split("/");
  const subscribers = channels.get(name) ?? new Set();
  channels.set(name, subscribers);
  socket.on("error", () => socket.terminate());
  if (role === "sub") {
    subscribers.add(socket);
    socket.on("close", () => subscribers.delete(socket));
    return;
  }

  socket.on("message", (body) => {
    for (const subscriber of subscribers) subscriber.send(body, { binary: false });
    // The answer to the publisher: the quoted number at the beginning of the body.
    socket.send(body.subarray(0, numberLength + 1).toString() + '"');
  });
});

http.listen(Number(process.argv[2]), "127.0.0.1", 4096);
