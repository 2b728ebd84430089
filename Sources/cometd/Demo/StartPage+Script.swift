extension StartPage {
    /// What the page does: a Bayeux client in the small.
    ///
    /// - SeeAlso: Bayeux specification, "Protocol"; the book's JavaScript library is what real pages use.
    static let script = #"""
        "use strict";
        const path = document.body.dataset.path;
        const url = location.origin + path;
        const chat = "/demo/chat";
        const echo = "/service/echo";
        const show = (id, text) => { document.getElementById(id).textContent = text; };
        const pause = (time) => new Promise((done) => setTimeout(done, time));

        // What has been sent and not yet been answered: message id -> { resolve, reject }.
        const waiting = new Map();
        let transport, clientId, lastId = 0, count = 0, patience = 60000, echoArrived = () => {};

        function receive(messages) {
          for (const message of messages) {
            const request = "successful" in message && waiting.get(message.id);
            if (request) {
              waiting.delete(message.id);
              request.resolve(message);
            } else if ("data" in message) {
              show("count", ++count);
              if (message.channel === chat) addToChat(message.data);
              if (message.channel === echo) echoArrived(message.data);
            }
          }
        }

        function fail(reason) {
          for (const request of waiting.values()) request.reject(new Error(reason));
          waiting.clear();
        }

        // Sends a message and waits for its reply; a connect may be held for the server's timeout.
        async function request(message) {
          const id = String(++lastId);
          const limit = setTimeout(() => fail("no answer"), patience);
          try {
            return await new Promise((resolve, reject) => {
              waiting.set(id, { resolve, reject });
              Promise.resolve(transport.send([{ ...message, id, clientId }])).catch(reject);
            });
          } finally {
            clearTimeout(limit);
            waiting.delete(id);
          }
        }

        function openWebSocket() {
          return new Promise((resolve, reject) => {
            const socket = new WebSocket(url.replace(/^http/, "ws"));
            const send = (messages) => socket.send(JSON.stringify(messages));
            socket.onopen = () => resolve({ type: "websocket", send, close: () => socket.close() });
            socket.onmessage = (event) => receive(JSON.parse(event.data));
            socket.onclose = () => { reject(new Error("closed")); fail("connection closed"); };
          });
        }

        function longPolling() {
          const send = async (messages) => {
            const headers = { "Content-Type": "application/json;charset=UTF-8" };
            const response = await fetch(url, { method: "POST", headers, body: JSON.stringify(messages) });
            if (!response.ok) throw new Error("HTTP " + response.status);
            receive(await response.json());
          };
          return { type: "long-polling", send, close: () => {} };
        }

        function showState(text, isConnected) {
          const state = document.getElementById("state");
          state.textContent = text;
          state.className = "state " + (isConnected ? "good" : "bad");
          for (const button of document.querySelectorAll("button")) button.disabled = !isConnected;
        }

        // One session, from its handshake to its end. Returns what the server advises to do next.
        async function session() {
          clientId = undefined;
          const connectionType = transport.type;
          const hello = await request({
            channel: "/meta/handshake", version: "1.0", supportedConnectionTypes: [connectionType],
          });
          if (!hello.successful) throw new Error(hello.error);
          clientId = hello.clientId;
          patience = 20000 + (hello.advice?.timeout ?? 40000);
          await request({ channel: "/meta/subscribe", subscription: chat });
          showState("Connected", true);
          show("transport", connectionType);
          show("client", clientId.slice(0, 8) + "…");
          for (;;) {
            const reply = await request({ channel: "/meta/connect", connectionType });
            const advice = reply.advice ?? {};
            if (!reply.successful || advice.reconnect === "none") return advice.reconnect;
            if (advice.interval > 0) await pause(advice.interval);
          }
        }

        async function run() {
          for (;;) {
            try {
              transport = await openWebSocket().catch(longPolling);
              while (await session() === "handshake") { /* The session has expired: a new one. */ }
              showState("Ended by the server", false);
            } catch (error) {
              showState("Disconnected: " + error.message, false);
            }
            transport.close();
            await pause(2000);
          }
        }

        function addToChat(data) {
          const item = document.createElement("li");
          const time = document.createElement("time");
          time.textContent = new Date().toLocaleTimeString();
          const text = data && typeof data.text === "string" ? data.text : JSON.stringify(data);
          item.append(time, text);
          const list = document.getElementById("messages");
          list.prepend(item);
          if (list.childElementCount > 50) list.lastElementChild.remove();
        }

        document.getElementById("chat").addEventListener("submit", async (event) => {
          event.preventDefault();
          const input = document.getElementById("text");
          const reply = await request({ channel: chat, data: { text: input.value } }).catch(() => ({}));
          if (reply.successful) input.value = "";
        });

        document.getElementById("echo").addEventListener("click", async () => {
          const sent = performance.now();
          const arrival = new Promise((resolve) => { echoArrived = resolve; });
          const reply = await request({ channel: echo, data: { sent } }).catch(() => ({}));
          if (!reply.successful) return show("time", "No answer.");
          await arrival;
          show("time", (performance.now() - sent).toFixed(1) + " ms for one round trip.");
        });

        show("address", url);
        show("curl", String.raw`url='${url}'
        json='Content-Type: application/json'
        send() { curl -s -b jar -c jar -H "$json" "$url" -d "$1"; echo; }

        hello=$(send '[{"channel":"/meta/handshake","version":"1.0",
          "supportedConnectionTypes":["long-polling"]}]')
        id=$(echo "$hello" | sed 's/.*"clientId":"\([^"]*\)".*/\1/')
        send '[{"channel":"${chat}","clientId":"'$id'",
          "data":{"text":"Hello from curl"}}]'
        send '[{"channel":"/meta/subscribe","clientId":"'$id'",
          "subscription":"${chat}"}]'
        connect='[{"channel":"/meta/connect","clientId":"'$id'",
          "connectionType":"long-polling"}]'
        send "$connect"
        send "$connect"`);
        show("python", `import asyncio
        from aiocometd import Client

        async def main():
            async with Client("${url}") as client:
                await client.subscribe("${chat}")
                await client.publish("${chat}", {"text": "Hello from Python"})
                async for message in client:
                    print(message["channel"], message["data"])

        asyncio.run(main())`);
        run();
        """#
}
