import { CometD } from "/js/esm/cometd.js";
import { showConnection } from "../shared/connection.js";
import { byId, drawing, element, reasonOf, show } from "../shared/page.js";
import { connect, showTransports } from "../shared/transport.js";

const service = "/service/echo";
const cometd = new CometD();
const buttons = ["service", "call", "fail", "late", "series"];
/** The texts that the service has not given back yet: what to call when it does, by number. */
const waiting = new Map();
const trips = [];
let lastNumber = 0;

// A service answers on its channel with a message of its own, which is told apart by what is in it.
cometd.addListener(service, ({ data }) => {
    waiting.get(data?.number)?.(data.text);
    waiting.delete(data?.number);
});

async function askService(text) {
    const number = ++lastNumber;
    const answer = new Promise((resolve) => waiting.set(number, resolve));
    try {
        await cometd.promises.publish(service, { number, text });
    } catch (error) {
        waiting.delete(number);
        throw error;
    }
    return answer;
}

const call = async (target, text, timeout) => (await cometd.promises.remoteCall(target, { text }, timeout)).data.text;

/** Measures and shows what `ask` brings. */
async function measure(to, ask) {
    const began = performance.now();
    let answer;
    let isGood = true;
    try {
        answer = await ask();
    } catch (error) {
        isGood = false;
        const said = error.reply?.data;
        answer = error.reply?.error ?? (typeof said === "string" ? said : said === undefined ? reasonOf(error.reply) : JSON.stringify(said));
    }
    const time = performance.now() - began;
    if (isGood) {
        trips.push(time);
        showTrips();
    }
    byId("nothing").hidden = true;
    byId("answers").prepend(element("tr", { class: isGood ? "good" : "failed" },
        element("td", {}, element("code", { text: to })),
        element("td", { text: isGood ? String(answer) : `Failed: ${answer}` }),
        element("td", { class: "right", text: `${time.toFixed(1)} ms` })));
    while (byId("answers").childElementCount > 50) {
        byId("answers").lastElementChild.remove();
    }
}

function showTrips() {
    const sorted = [...trips].sort((a, b) => a - b);
    const words = (time) => `${time.toFixed(1)} ms`;
    show("count", sorted.length);
    show("least", words(sorted[0]));
    show("median", words(sorted[Math.floor(sorted.length / 2)]));
    show("most", words(sorted.at(-1)));
    const last = trips.slice(-60);
    const most = Math.max(...last);
    byId("chart").replaceChildren(...last.map((time, index) => {
        const height = Math.max(1, (time / most) * 56);
        return drawing("rect", { x: index * 5 + 0.5, y: 60 - height, width: 4, height, rx: 1 });
    }));
}

const text = () => byId("text").value;
byId("echo").addEventListener("submit", (event) => {
    event.preventDefault();
    measure(service, () => askService(text()));
});
byId("call").addEventListener("click", () => measure("rpc/echo", () => call("rpc/echo", text(), 5000)));
byId("fail").addEventListener("click", () => measure("rpc/fail", () => call("rpc/fail", text(), 5000)));
byId("late").addEventListener("click", () => measure("rpc/nobody", () => call("rpc/nobody", text(), 2000)));
byId("series").addEventListener("click", async () => {
    byId("series").disabled = true;
    for (let number = 1; number <= 20; number++) {
        await measure("rpc/echo", () => call("rpc/echo", `${text()} ${number}`, 5000));
    }
    byId("series").disabled = byId("call").disabled;
});

showConnection(cometd, byId("connection"), (state) => {
    for (const id of buttons) {
        byId(id).disabled = state !== "connected";
    }
});
showTransports(byId("transports"));
connect(cometd);
