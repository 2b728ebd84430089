public import CometDServer

/// Makes a class, an actor or a struct a service, with the annotated methods and properties that it has.
///
/// ```swift
/// @Service("chat")
/// final class ChatService: Sendable {
///     @Session var session: LocalSession?
///
///     @Listener("/chat/{room}")
///     func said(_ message: BayeuxMessage, from speaker: ServerSession, room: String) { … }
///
///     @RemoteCall("history/{room}")
///     func history(_ query: Query, room: String) async throws -> [Line] { … }
/// }
///
/// try await server.register(ChatService())
/// ```
///
/// The type becomes an ``AnnotatedService``, and with that `Sendable`: the methods of a class are called by several
/// clients at once, those of an actor one after the other. Methods may be `async` and may throw. Methods in extensions
/// and within `#if` are not seen.
///
/// The same type, or another one, may be registered on a `BayeuxClient`, with `@Session`, `@Listener` and
/// `@Subscription`; see ``CometDClient/BayeuxClient/register(_:)``.
///
/// A method's parameters tell what it is passed, in any order and with any labels:
///
/// | parameter | gets | of |
/// | --- | --- | --- |
/// | a `BayeuxMessage` | the message; as `inout` a listener may change it | all but `@Configure` |
/// | a `ServerSession` | who published or calls; a listener with it is not called for what the server publishes | `@Listener`, `@RemoteCall` |
/// | a `ServerSession?` | the same, `nil` for what the server publishes | `@Listener`, `@RemoteCall` |
/// | a `RemoteCall` | the call | `@RemoteCall` |
/// | a `String` with the name of a template's variable | the variable's value | all but `@Configure` |
/// | one other, or a `String` named `data` | the payload, decoded | all but `@Configure` |
/// | a `ServerChannel` | the channel | `@Configure` |
///
/// - Parameter name: What the service is called in logs and in its session's id. Default: the type's name.
/// - SeeAlso: CometD 3.1 reference book, "Annotated services"; REQUIREMENTS V2.
@attached(extension, conformances: AnnotatedService)
@attached(member, names: named(serviceName), named(register(with:)))
public macro Service(_ name: String = "") =
    #externalMacro(module: "CometDServicesMacros", type: "CometDServicesPlugin.Service")

/// Calls the method for messages that are published, before their subscribers get them.
///
/// The method returns nothing, or a `Bool`: `false` stops the message, and its publisher is told that it was deleted.
/// A message whose payload is not of the type that the method takes is stopped, too: nobody gets around a method's veto
/// by sending something else. What the method throws is logged and changes nothing.
///
/// On a client: calls the method for the server's replies on channels such as `/meta/connect`, successful or not, and
/// for what the server delivers to this client on channels below `/service/`. Other channels need a ``Subscription(_:)``.
/// Nothing is stopped or changed, `receiveOwnPublishes` has no effect, a `ServerSession?` is `nil`, and a method that
/// takes a `ServerSession` is refused.
///
/// - Parameters:
///   - channels: Channels, patterns such as `/chat/**`, or templates such as `/news/{category}`.
///   - receiveOwnPublishes: Whether the method is called for what the service's own session publishes. Default `false`.
@attached(peer)
public macro Listener(_ channels: String..., receiveOwnPublishes: Bool = false) =
    #externalMacro(module: "CometDServicesMacros", type: "CometDServicesPlugin.Listener")

/// Subscribes the service's own session, or the client, and calls the method for the messages that reach it.
///
/// It gets them as any client would, without who published them. What it throws is logged.
///
/// - Parameter channels: Channels, patterns such as `/chat/**`, or templates such as `/news/{category}`.
@attached(peer)
public macro Subscription(_ channels: String...) =
    #externalMacro(module: "CometDServicesMacros", type: "CometDServicesPlugin.Subscription")

/// Lets clients call the method, and answers with what it returns: nothing, or anything `Encodable`.
///
/// It runs off the event loops. A `RemoteCallFailure` that it throws tells the caller what went wrong; any other error
/// is logged, and the caller is told no more than that the call failed. An argument that the method cannot take is
/// answered with `invalid arguments`.
///
/// - Parameters:
///   - targets: What clients call, such as `contacts` or `contacts/{userId}`; without `/service/` in front.
///   - timeout: How long the method may take before the caller is told of a `timeout` and the method's task is
///     cancelled. Default 30 seconds.
///   - runs: Where the method runs. Default: off the event loops.
@attached(peer)
public macro RemoteCall(
    _ targets: String...,
    timeout: Duration = BayeuxServer.remoteCallTimeout,
    runs: RemoteCall.Execution = .concurrently
) = #externalMacro(module: "CometDServicesMacros", type: "CometDServicesPlugin.RemoteCall")

/// Calls the method with channels when the service is registered, before anybody else can see them.
///
/// The method takes the `ServerChannel`, is not `async`, and of an actor it is `nonisolated`. What it throws ends the
/// registration.
///
/// - Parameters:
///   - channels: Channels or patterns.
///   - errorIfExists: Whether a channel that exists already ends the registration. Default `true`.
///   - configureIfExists: Whether a channel that exists already is configured all the same. Default `false`.
@attached(peer)
public macro Configure(
    _ channels: String...,
    errorIfExists: Bool = true,
    configureIfExists: Bool = false
) = #externalMacro(module: "CometDServicesMacros", type: "CometDServicesPlugin.Configure")

/// Gives the property the service's own session, before any method is called.
///
/// The property is a `var` of type `LocalSession?`, `ServerSession?` or `BayeuxClient?` without an initial value: `nil`
/// until the service is registered, then the same for ever. Its value lies in a slot beside it, so structs, actors and
/// `Sendable` classes can have one; copies of a struct share it.
///
/// The first two are of a service on a server, and stay `nil` on a client; the last one is of a service on a client, and
/// stays `nil` on a server. The client is not held: the property is `nil` again when it has been released.
@attached(accessor)
@attached(peer, names: prefixed(_))
public macro Session() = #externalMacro(module: "CometDServicesMacros", type: "CometDServicesPlugin.Session")
