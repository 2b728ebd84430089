import { CometD } from "./js/esm/cometd.js";

const cometd = new CometD();
const byId = (id) => document.getElementById(id);

function showState(isConnected) {
    byId("state").textContent = isConnected ? "Connected" : "Not connected, trying again …";
    byId("send").disabled = !isConnected;
}

// What the server says; texts of others are shown as texts, never as HTML.
function showGreeting(message) {
    const item = document.createElement("li");
    item.textContent = message.data.greeting;
    byId("greetings").prepend(item);
}

// Subscriptions end with their session, so they are made after each handshake.
cometd.addListener("/meta/handshake", (reply) => {
    if (reply.successful) {
        cometd.subscribe("/hello", showGreeting);
    }
});
cometd.addListener("/meta/connect", (reply) => showState(reply.successful));

byId("hello").addEventListener("submit", (event) => {
    event.preventDefault();
    cometd.publish("/service/hello", { name: byId("name").value }, (reply) => {
        if (!reply.successful) {
            byId("state").textContent = `The server did not take it: ${reply.error}`;
        }
    });
});

cometd.configure({ url: `${location.origin}/cometd` });
cometd.handshake();
