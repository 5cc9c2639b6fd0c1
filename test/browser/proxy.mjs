// A network that can fail in the ways networks do: it stands between the browser
// and the site, and a hook decides what happens to each request.
import http from "node:http";

// between returns the address of a proxy in front of target. hook(request, body)
// may return "drop-before" (the site never hears of it), "drop-after" (the site
// acts, the answer is lost), "401" (the session is not told), "500", or nothing.
export async function between(target, hook) {
  const to = new URL(target);
  const server = http.createServer((request, response) => {
    const parts = [];
    request.on("data", (part) => parts.push(part));
    request.on("end", async () => {
      const body = Buffer.concat(parts);
      const what = await hook(request, body);
      if (what === "drop-before") return request.socket.destroy();
      if (what === "500") return response.writeHead(500, { "Content-Type": "text/html" }).end("<p>Sorry");
      const headers = { ...request.headers };
      if (what === "401") headers.cookie = (headers.cookie ?? "").split("; ").filter((c) => c.includes("-device=")).join("; ");
      const onward = http.request({ host: to.hostname, port: to.port, method: request.method, path: request.url, headers }, (answer) => {
        if (what === "drop-after") {
          answer.resume();
          answer.on("end", () => request.socket.destroy());
          return;
        }
        response.writeHead(answer.statusCode, answer.headers);
        answer.pipe(response);
      });
      onward.on("error", () => request.socket.destroy());
      onward.end(body);
    });
  });
  await new Promise((done) => server.listen(0, "127.0.0.1", done));
  return { url: `http://localhost:${server.address().port}`, stop: () => { server.closeAllConnections(); server.close(); } };
}
