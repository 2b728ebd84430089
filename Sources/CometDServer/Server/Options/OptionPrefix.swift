/// What stands before an option's name when it is meant for one transport; the longest comes first and wins.
enum OptionPrefix {
    /// CometD 2's prefix of callback-polling.
    private static let callbackPollingOfCometD2 = "long-polling.jsonp."

    /// The prefixes of long-polling.
    static let longPolling = ["long-polling.json.", "long-polling.", ""]
    /// The prefixes of callback-polling.
    static let callbackPolling = ["callback-polling.jsonp.", "callback-polling.", callbackPollingOfCometD2, ""]
    /// The prefixes of the WebSocket transport, for the options that all transports have.
    static let webSocket = ["ws.", "websocket.", ""]
    /// The prefixes of the WebSocket transport, for the options that only it has.
    static let onlyWebSocket = ["ws.", "websocket."]
    /// The prefixes that mean the same as others, and are not explained.
    static let aliases = ["websocket.", callbackPollingOfCometD2]
    /// All of them.
    static let all = longPolling.dropLast() + callbackPolling.dropLast() + webSocket

    /// The prefix that took the place of an old one; `nil` for those in use.
    static func replacement(of prefix: String) -> String? {
        prefix == self.callbackPollingOfCometD2 ? "callback-polling.jsonp." : nil
    }
}
