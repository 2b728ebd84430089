// A small Bayeux client over long-polling, and a page that shows what arrives.
// An application of any size takes CometD's own client: https://www.npmjs.com/package/cometd

class BayeuxClient {
    #url
    #listeners = new Map()
    #clientId
    #number = 0
    #onState

    constructor(url, onState) {
        this.#url = url
        this.#onState = onState
    }

    listen(channel, listener) {
        this.#listeners.set(channel, listener)
    }

    // Shakes hands and connects again and again, as the server advises; ends when it advises that.
    async run() {
        let advice = { reconnect: "handshake" }
        let failures = 0
        while (advice.reconnect !== "none") {
            try {
                if (advice.reconnect === "handshake") {
                    advice = await this.#handshake()
                } else {
                    const reply = await this.#send({ channel: "/meta/connect", connectionType: "long-polling" })
                    advice = { ...advice, ...reply.advice }
                    if (reply.successful) this.#onState("connected")
                }
                failures = 0
                await pause(advice.interval ?? 0)
            } catch {
                this.#onState("the server does not answer")
                failures += 1
                await pause(Math.min(1000 * failures, 10000))
            }
        }
        this.#onState("ended by the server")
    }

    async #handshake() {
        this.#clientId = undefined
        const reply = await this.#send({
            channel: "/meta/handshake",
            version: "1.0",
            supportedConnectionTypes: ["long-polling"],
        })
        if (!reply.successful) return { reconnect: "none", ...reply.advice }
        this.#clientId = reply.clientId
        for (const subscription of this.#listeners.keys()) {
            await this.#send({ channel: "/meta/subscribe", subscription })
        }
        return { ...reply.advice, reconnect: "retry" }
    }

    // Posts one message, hands over what comes along with the reply, and returns the reply.
    async #send(message) {
        const id = String(++this.#number)
        const response = await fetch(this.#url, {
            method: "POST",
            headers: { "Content-Type": "application/json" },
            body: JSON.stringify([{ ...message, id, clientId: this.#clientId }]),
        })
        if (!response.ok) throw new Error(`HTTP ${response.status}`)
        const messages = await response.json()
        for (const { channel, data } of messages) {
            if (data !== undefined) this.#listeners.get(channel)?.(data)
        }
        const reply = messages.find(one => one.id === id)
        if (!reply) throw new Error("no reply")
        return reply
    }
}

function pause(milliseconds) {
    return new Promise(resolve => setTimeout(resolve, milliseconds))
}

// Only ever textContent: what others have written is text, whatever it looks like.
function show(item) {
    const title = document.createElement("strong")
    title.textContent = item.title
    const text = document.createElement("p")
    text.textContent = item.text
    const entry = document.createElement("li")
    entry.append(title, text)
    document.getElementById("news").prepend(entry)
}

const client = new BayeuxClient("/cometd", state => {
    document.getElementById("state").textContent = state
})
client.listen("/news", show)

// What was before, oldest first, then what comes.
const past = await (await fetch("/news")).json()
past.reverse().forEach(show)
await client.run()
