import { AckExtension, CometD } from "/js/esm/cometd.js";
import { showConnection } from "../shared/connection.js";
import { byId, clockTime, element, reasonOf, show } from "../shared/page.js";
import { chosenTransport, serverURL } from "../shared/transport.js";

/** How many messages stay in the page. */
const limit = 200;
const { words } = cometdDemo;

const cometd = new CometD();
// Messages that get lost on the way come again.
cometd.registerExtension("ack", new AckExtension());
const connection = showConnection(cometd, byId("connection"));

/** What the user wants: `{name, room}`, or undefined when out; and whether the server has let us in. */
let wanted;
let isMember = false;
let attempts = 0;

// The Bayeux part.

// Subscriptions end with their session, so they are made after each handshake; listeners are added once.
cometd.addListener("/meta/handshake", (reply) => {
    if (!wanted) {
        return;
    }
    if (!reply.successful) {
        // Who is not in yet decides whether to try again; a member waits until the server is back, unless it says no.
        if (!isMember || reply.advice?.reconnect === "none") {
            leave(reply.error ? words.failure(reply.error) : words.unreachable);
        }
        return;
    }
    if (isMember) {
        addMessage({ membership: "again", chat: words.rejoining });
    }
    attempts = 0;
    cometd.batch(() => {
        cometd.subscribe(`/chat/${wanted.room}`, (message) => addMessage(message.data));
        cometd.subscribe(`/members/${wanted.room}`, (message) => membersChanged(message.data));
        enter();
    });
});

cometd.addListener("/service/members", ({ data }) => {
    if (!wanted || !data?.error) {
        return;
    }
    if (isMember && data.error === "name_taken" && attempts < 15) {
        // The session that had the name before may need some seconds to end.
        attempts += 1;
        cometd.setTimeout(enter, 1000);
    } else {
        leave(words.failure(data.error));
    }
});

function join(name, room, transport) {
    wanted = { name, room };
    cometd.websocketEnabled = transport === "websocket";
    cometd.configure({ url: serverURL() });
    connection.connecting();
    cometd.handshake();
}

async function enter() {
    if (!wanted) {
        return;
    }
    try {
        await cometd.promises.publish("/service/members", { user: wanted.name, room: `/chat/${wanted.room}` });
    } catch (error) {
        if (wanted && !isMember) {
            leave(words.failure(reasonOf(error.reply)));
        }
    }
}

/** Says something to everyone, or to `peers` alone. */
function say(text, peers) {
    const room = `/chat/${wanted.room}`;
    return peers.length > 0
        ? cometd.promises.publish("/service/privatechat", { room, user: wanted.name, peer: peers.join(","), chat: text })
        : cometd.promises.publish(room, { user: wanted.name, chat: text });
}

function leave(problem = "") {
    wanted = undefined;
    isMember = false;
    cometd.disconnect();
    byId("messages").replaceChildren();
    byId("members").replaceChildren();
    byId("nothing").hidden = false;
    byId("chat").hidden = true;
    byId("join-panel").hidden = false;
    byId("join-button").disabled = false;
    show("join-error", problem);
    byId("name").focus();
}

// The page.

function membersChanged(names) {
    if (!wanted || !Array.isArray(names)) {
        return;
    }
    if (!isMember && names.includes(wanted.name)) {
        isMember = true;
        showRoom();
    }
    showMembers(names.map(String));
}

function showRoom() {
    show("room-name", wanted.room);
    show("chat-error", "");
    byId("join-panel").hidden = true;
    byId("chat").hidden = false;
    byId("text").focus();
}

function showMembers(names) {
    const chosen = peers();
    show("members-count", names.length);
    byId("members").replaceChildren(...names.map((name) => {
        if (name === wanted.name) {
            return element("li", {}, element("span", { class: "self", text: `${name} (${words.self})` }));
        }
        const box = element("input", { type: "checkbox", value: name, checked: chosen.includes(name) });
        return element("li", {}, element("label", {}, box, element("span", { text: name })));
    }));
    showAudience();
}

function peers() {
    return [...byId("members").querySelectorAll("input:checked")].map((box) => box.value);
}

function showAudience() {
    const names = peers();
    show("audience", names.length > 0 ? words.only(names) : words.everyone);
    byId("audience").dataset.private = names.length > 0;
}

function addMessage({ user, chat, scope, membership }) {
    const now = new Date();
    const list = byId("messages");
    const log = byId("log");
    const isAtEnd = log.scrollHeight - log.scrollTop - log.clientHeight < 40;
    byId("nothing").hidden = true;
    if (membership) {
        const text = user === undefined ? String(chat) : `${user} ${chat}`;
        list.append(element("li", { class: "message membership", text: `${text} · ${clockTime(now)}` }));
    } else {
        const from = element("p", { class: "from" },
            element("span", { class: "user", text: String(user) }),
            element("time", { datetime: now.toISOString(), text: clockTime(now) }));
        if (scope === "private") {
            from.append(element("span", { class: "scope", text: words.privately }));
        }
        const classes = ["message", user === wanted?.name && "own", scope === "private" && "private"];
        list.append(element("li", { class: classes.filter(Boolean).join(" ") },
            from, element("p", { class: "text", text: String(chat) })));
    }
    while (list.childElementCount > limit) {
        list.firstElementChild.remove();
    }
    if (isAtEnd) {
        log.scrollTop = log.scrollHeight;
    }
}

byId("join").addEventListener("submit", (event) => {
    event.preventDefault();
    const name = byId("name").value.trim();
    if (name) {
        show("join-error", "");
        byId("join-button").disabled = true;
        join(name, byId("room").value, byId("transport").value);
    }
});

byId("say").addEventListener("submit", async (event) => {
    event.preventDefault();
    const input = byId("text");
    const text = input.value.trim();
    if (!text) {
        return;
    }
    show("chat-error", "");
    try {
        await say(text, peers());
        if (input.value.trim() === text) {
            input.value = "";
        }
    } catch (error) {
        show("chat-error", words.failure(reasonOf(error.reply)));
    }
});

byId("members").addEventListener("change", showAudience);
byId("leave").addEventListener("click", () => leave());
// The others see at once that this page is gone.
window.addEventListener("pagehide", () => wanted && leave());

byId("transport").value = chosenTransport() === "websocket" ? "websocket" : "long-polling";
