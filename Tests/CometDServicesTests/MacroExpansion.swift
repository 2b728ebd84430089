import CometDServicesSyntax
import SwiftSyntaxBuilder
import SwiftSyntaxMacroExpansion
import SwiftSyntaxMacros
import SwiftSyntaxMacrosGenericTestSupport
import Testing

/// The macros as tests expand them; the compiler's plugin has the same.
private enum Expanding {
    struct Service: ServiceMacro {}
    struct Session: SessionMacro {}
    struct Listener: ListenerMacro {}
    struct Subscription: SubscriptionMacro {}
    struct RemoteCall: RemoteCallMacro {}
    struct Configure: ConfigureMacro {}
}

/// Expands our macros in a source text and compares what comes out, and which mistakes are reported.
func expectExpansion(
    of source: String,
    is expanded: String? = nil,
    mistakes: [DiagnosticSpec] = [],
    fixed: String? = nil,
    at location: SourceLocation = #_sourceLocation
) {
    let macros: [String: MacroSpec] = [
        "Service": MacroSpec(type: Expanding.Service.self, conformances: ["AnnotatedService"]),
        "Listener": MacroSpec(type: Expanding.Listener.self),
        "Subscription": MacroSpec(type: Expanding.Subscription.self),
        "RemoteCall": MacroSpec(type: Expanding.RemoteCall.self),
        "Configure": MacroSpec(type: Expanding.Configure.self),
        "Session": MacroSpec(type: Expanding.Session.self),
    ]
    assertMacroExpansion(
        source,
        expandedSource: expanded ?? "",
        diagnostics: mistakes,
        macroSpecs: macros,
        applyFixIts: fixed == nil ? [] : nil,
        fixedSource: fixed,
        failureHandler: { failure in
            // Where only mistakes are expected, what comes out with them does not matter.
            if expanded == nil, failure.message.contains("expanded source") { return }
            Issue.record("\(failure.message)", sourceLocation: location)
        }
    )
}
