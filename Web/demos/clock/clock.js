import { CometD, TimeSyncExtension } from "/js/esm/cometd.js";
import { showConnection } from "../shared/connection.js";
import { byId, clockTime, drawing, element, reasonOf, show } from "../shared/page.js";
import { connect, showTransports } from "../shared/transport.js";

const day = 24 * 60 * 60 * 1000;
const cometd = new CometD();
const timesync = new TimeSyncExtension();
cometd.registerExtension("timesync", timesync);

const milliseconds = (time) => `${Math.round(time * 10) / 10} ms`;

function showTime() {
    const now = timesync.getServerDate();
    const seconds = now.getSeconds() + now.getMilliseconds() / 1000;
    const minutes = now.getMinutes() + seconds / 60;
    turn("second", Math.floor(seconds) * 6);
    turn("minute", minutes * 6);
    turn("hour", (now.getHours() + minutes / 60) * 30);
    show("time", clockTime(now));
    show("date", now.toLocaleDateString([], { weekday: "long", year: "numeric", month: "long", day: "numeric" }));
}

function turn(id, degrees) {
    byId(id).setAttribute("transform", `rotate(${degrees.toFixed(2)})`);
}

function showMeasured() {
    const samples = timesync.getTimeOffsetSamples();
    show("number", samples.length);
    if (samples.length > 0) {
        show("offset", milliseconds(timesync.getTimeOffset()));
        show("lag", milliseconds(timesync.getNetworkLag()));
        show("samples", samples.map(milliseconds).join(", "));
    }
}

/** Asks the server for its time with a call, which is another way to find the offset. */
async function check() {
    const began = Date.now();
    try {
        const { data } = await cometd.promises.remoteCall("rpc/time", {}, 5000);
        const trip = Date.now() - began;
        show("called", `Offset ${milliseconds(data.time - began - trip / 2)}, give or take ${milliseconds(trip / 2)}.`);
    } catch (error) {
        show("called", reasonOf(error.reply));
    }
}

function setAlarm(at) {
    const state = element("span", { text: "waiting" });
    byId("alarms").prepend(element("li", {}, element("span", { text: clockTime(new Date(at)) }), state));
    byId("nothing").hidden = true;
    timesync.setTimeout(() => {
        const late = timesync.getServerTime() - at;
        state.className = "rang";
        state.textContent = `rang, ${milliseconds(late)} after its time`;
        show("rang", `The alarm of ${clockTime(new Date(at))} rings.`);
    }, new Date(at));
}

byId("alarm").addEventListener("submit", (event) => {
    event.preventDefault();
    const [hours, minutes, seconds = 0] = byId("at").value.split(":").map(Number);
    const now = timesync.getServerTime();
    const at = new Date(now).setHours(hours, minutes, seconds, 0);
    setAlarm(at < now ? at + day : at);
});
byId("soon").addEventListener("click", () => setAlarm(Math.ceil(timesync.getServerTime() / 1000) * 1000 + 5000));
byId("check").addEventListener("click", check);

byId("ticks").append(...Array.from({ length: 12 }, (_, hour) =>
    drawing("line", { class: "tick", y1: -44, y2: hour % 3 === 0 ? -38 : -41, transform: `rotate(${hour * 30})` })));
for (const channel of ["/meta/handshake", "/meta/connect"]) {
    cometd.addListener(channel, showMeasured);
}
showConnection(cometd, byId("connection"), (state) => {
    byId("check").disabled = state !== "connected";
    if (state === "connected") {
        byId("set").disabled = false;
        byId("soon").disabled = false;
        if (!byId("at").value) {
            byId("at").value = new Date(timesync.getServerTime() + 60000).toTimeString().slice(0, 8);
        }
    }
});
setInterval(showTime, 200);
showTime();
showTransports(byId("transports"));
connect(cometd);
