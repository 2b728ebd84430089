extension StartPage {
    /// What stands on the page before its script has run.
    static let body = #"""
        <main>
        <header>
        <h1>CometD</h1>
        <p id="state" class="state" role="status">Connecting …</p>
        </header>
        <noscript><p>This page talks to the server with JavaScript, which is switched off.</p></noscript>
        <dl>
        <div><dt>Address</dt><dd id="address">–</dd></div>
        <div><dt>Transport</dt><dd id="transport">–</dd></div>
        <div><dt>Client</dt><dd id="client">–</dd></div>
        <div><dt>Messages</dt><dd id="count">0</dd></div>
        </dl>

        <section>
        <h2>Publish</h2>
        <p>Everyone who has subscribed to <code>/demo/chat</code> gets what you send. Open this page twice.</p>
        <form id="chat">
        <input id="text" aria-label="Message" placeholder="Say something" maxlength="500" autocomplete="off" required>
        <button disabled>Publish</button>
        </form>
        <ol id="messages" aria-live="polite"></ol>
        </section>

        <section>
        <h2>Call</h2>
        <p>What is sent to <code>/service/echo</code> comes back to its sender alone.</p>
        <p class="call"><button id="echo" type="button" disabled>Echo</button>
        <output id="time">Measures one round trip.</output></p>
        </section>

        <section>
        <h2>From a shell</h2>
        <p>A handshake, a message for this page, and a wait of up to half a minute for the next one.</p>
        <pre><code id="curl"></code></pre>
        </section>

        <section>
        <h2>From Python</h2>
        <p>With <code>pip install aiocometd</code>, which needs Python 3.9 or older.</p>
        <pre><code id="python"></code></pre>
        </section>
        </main>
        """#
}
