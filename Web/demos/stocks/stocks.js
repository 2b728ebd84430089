import { CometD } from "/js/esm/cometd.js";
import { showConnection } from "../shared/connection.js";
import { byId, show } from "../shared/page.js";
import { connect, showTransports } from "../shared/transport.js";
import { StockRow } from "./StockRow.js";

const cometd = new CometD();
/** The lines of the table, by symbol. */
const rows = new Map();
/** The batches of the last second: `{time, changes}`. */
let batches = [];
let batch;
let all = 0;
let subscription;

function received({ data }) {
    if (typeof data?.symbol !== "string" || rows.size >= 50 && !rows.has(data.symbol)) {
        return;
    }
    if (!rows.has(data.symbol)) {
        addRow(data);
    }
    rows.get(data.symbol).show(data);
    all += 1;
    // What the server sends at once arrives within some milliseconds, be it in one frame or in several.
    if (!batch) {
        batch = { time: performance.now(), changes: 0 };
        batches.push(batch);
        setTimeout(() => {
            batch = undefined;
        }, 20);
    }
    batch.changes += 1;
}

function addRow(data) {
    rows.set(data.symbol, new StockRow(data));
    const sorted = [...rows.keys()].sort().map((symbol) => rows.get(symbol).row);
    byId("prices").replaceChildren(...sorted);
    byId("nothing").hidden = true;
}

function showRates() {
    const since = performance.now() - 1000;
    batches = batches.filter(({ time }) => time > since);
    const changes = batches.reduce((sum, one) => sum + one.changes, 0);
    show("batches", batches.length);
    show("changes", changes);
    show("each", batches.length > 0 ? (changes / batches.length).toFixed(1) : "–");
    show("all", all);
}

function subscribe() {
    subscription = cometd.subscribe("/stock/*", received);
}

cometd.addListener("/meta/handshake", (reply) => {
    if (reply.successful && byId("pause").getAttribute("aria-pressed") === "false") {
        subscribe();
    }
});
byId("pause").addEventListener("click", () => {
    const isPaused = byId("pause").getAttribute("aria-pressed") === "true";
    byId("pause").setAttribute("aria-pressed", !isPaused);
    if (isPaused) {
        subscribe();
    } else {
        cometd.unsubscribe(subscription);
    }
});

showConnection(cometd, byId("connection"), (state) => {
    byId("pause").disabled = state !== "connected";
});
setInterval(showRates, 250);
showTransports(byId("transports"));
connect(cometd);
