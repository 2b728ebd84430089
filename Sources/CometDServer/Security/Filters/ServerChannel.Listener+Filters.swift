import Bayeux

extension ServerChannel.Listener {
    /// A listener that passes the payload of every published message through filters, in their order.
    ///
    /// ```swift
    /// try server.channel("/chat/**").addListener(.filtering(with: NoMarkupFilter()))
    /// ```
    ///
    /// Whatever a filter throws stops the message: its publisher is answered with `404::message deleted`. Listeners of
    /// patterns run before those of the channel, so a filter on a pattern sees messages first.
    ///
    /// - Parameter filters: What looks at the payloads. A message without `data` is passed as `null`; it stays without
    ///   when no filter changes that.
    /// - Returns: A listener for ``ServerChannel/addListener(_:)-(ServerChannel.Listener)``.
    public static func filtering(with filters: any DataFilter...) -> Self {
        .message { session, message in
            guard let channel = try? ChannelID(message.channel ?? "") else { return false }
            let original = message.data?.value() ?? .null
            var data = original
            do {
                for filter in filters { data = try filter.filter(data, from: session, channel: channel) }
            } catch {
                // To go on unfiltered would be worse: a listener that throws has no say.
                return false
            }
            // What nobody changed leaves with the bytes it came in.
            if data != original { message.data = JSONBytes(data) }
            return true
        }
    }
}
