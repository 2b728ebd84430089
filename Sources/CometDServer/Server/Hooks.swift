/// What an application has installed on the whole server.
struct Hooks: Sendable {
    /// In the order of their registration.
    var extensions: [any BayeuxExtension] = []
    /// `nil`: the default policy, which is decided without a task.
    var securityPolicy: (any SecurityPolicy)?
    /// Told of new and ended sessions.
    var sessionListeners: [SessionListener] = []
}
