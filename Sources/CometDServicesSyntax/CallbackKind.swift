/// What an annotated method is called for.
enum CallbackKind: String, CaseIterable {
    /// A message was published; subscribers have not got it yet.
    case listener = "Listener"
    /// A message has reached the service's local session.
    case subscription = "Subscription"
    /// A client calls.
    case remoteCall = "RemoteCall"
    /// A channel is about to be made.
    case configuration = "Configure"

    /// How the annotation is written.
    var spelling: String { "@" + self.rawValue }
}
