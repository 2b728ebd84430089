import CometDServicesSyntax
import SwiftCompilerPlugin
import SwiftSyntaxMacros

/// What the compiler asks to expand the macros of `CometDServices`.
///
/// All that it does lies in `CometDServicesSyntax`: tests that link a macro target would be built as tools, and with
/// them the command, which could then not be tested.
@main
struct CometDServicesPlugin: CompilerPlugin {
    struct Service: ServiceMacro {}
    struct Session: SessionMacro {}
    struct Listener: ListenerMacro {}
    struct Subscription: SubscriptionMacro {}
    struct RemoteCall: RemoteCallMacro {}
    struct Configure: ConfigureMacro {}

    let providingMacros: [any Macro.Type] = [
        Service.self, Session.self, Listener.self, Subscription.self, RemoteCall.self, Configure.self,
    ]
}
