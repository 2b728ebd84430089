import { AckExtension, BinaryExtension, CometD } from "/js/esm/cometd.js";
import { showConnection } from "../shared/connection.js";
import { byId, bytes, element, show } from "../shared/page.js";
import { connect, showTransports } from "../shared/transport.js";
import { maxFile, maxReceived } from "./limits.js";
import { Reception } from "./Reception.js";
import { send } from "./send.js";
import { TransferView } from "./TransferView.js";

const prefix = "/demo/file/";
const cometd = new CometD();
cometd.registerExtension("ack", new AckExtension());
cometd.registerExtension("binary", new BinaryExtension());
/** The transfers of this page; the server sends them back to it, too. */
const own = new Set();
/** The files that arrive, by the name of the transfer: `{reception, view, url}`; the oldest first. */
const receptions = new Map();

function newID() {
    return [...crypto.getRandomValues(new Uint8Array(12))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

async function sendFile(file) {
    show("error", "");
    if (file.size > maxFile) {
        show("error", `${file.name} has ${bytes(file.size)}; ${bytes(maxFile)} is the most.`);
        return;
    }
    const id = newID();
    const view = new TransferView(byId("sent"), file.name, file.size);
    const controller = new AbortController();
    const cancel = element("button", { type: "button", class: "quiet small", text: "Cancel" });
    cancel.addEventListener("click", () => controller.abort(new Error("cancelled")));
    view.act(cancel);
    own.add(id);
    const began = performance.now();
    try {
        await send(cometd, id, file, (done) => view.progress(done), controller.signal);
        const seconds = (performance.now() - began) / 1000;
        view.end(`Sent in ${seconds.toFixed(1)} s`);
    } catch (error) {
        controller.abort(error);
        view.end(`Not sent: ${error.message}`, { failed: true });
    }
}

function received(message) {
    const id = message.channel.slice(prefix.length);
    const { data, meta } = message.data ?? {};
    if (own.has(id)) {
        return;
    }
    try {
        const arriving = receptions.get(id) ?? begin(id, meta);
        // It may have ended already, well or not.
        if (arriving.reception) {
            const isWhole = arriving.reception.add(meta, data);
            arriving.view.progress(arriving.reception.done);
            if (isWhole) {
                finish(arriving);
            }
        }
    } catch (error) {
        fail(id, error);
    }
}

function begin(id, meta) {
    const reception = new Reception(meta);
    const arriving = { reception, view: new TransferView(byId("received"), reception.name, reception.size) };
    receptions.set(id, arriving);
    byId("nothing").hidden = true;
    while (receptions.size > maxReceived) {
        const [oldest, { view, url }] = receptions.entries().next().value;
        receptions.delete(oldest);
        view.remove();
        if (url) {
            URL.revokeObjectURL(url);
        }
    }
    return arriving;
}

function finish(arriving) {
    const { reception, view } = arriving;
    arriving.url = URL.createObjectURL(reception.blob());
    arriving.reception = undefined;
    view.end("Arrived");
    view.act(element("a", { class: "button small quiet", href: arriving.url, download: reception.name, text: "Save" }));
}

function fail(id, error) {
    const arriving = receptions.get(id);
    if (arriving?.reception) {
        arriving.reception = undefined;
        arriving.view.end(`Broken: ${error.message}`, { failed: true });
    }
}

cometd.addListener("/meta/handshake", (reply) => {
    if (reply.successful) {
        cometd.subscribe(`${prefix}*`, received);
    }
});
showConnection(cometd, byId("connection"), (state) => {
    byId("file").disabled = state !== "connected";
});

byId("file").addEventListener("change", () => {
    for (const file of byId("file").files) {
        sendFile(file);
    }
    byId("file").value = "";
});
const drop = byId("drop");
for (const event of ["dragenter", "dragover", "dragleave", "drop"]) {
    drop.addEventListener(event, (details) => {
        details.preventDefault();
        drop.dataset.over = event === "dragenter" || event === "dragover";
    });
}
drop.addEventListener("drop", ({ dataTransfer }) => {
    if (!byId("file").disabled) {
        [...dataTransfer.files].forEach(sendFile);
    }
});

showTransports(byId("transports"));
connect(cometd);
