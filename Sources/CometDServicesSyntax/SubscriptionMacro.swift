package import SwiftSyntax
package import SwiftSyntaxMacros

/// `@Subscription`: marks a method that takes messages that reach the service's own session.
///
/// It adds nothing by itself: ``ServiceMacro`` writes the code of the whole type. Here the method is checked.
package protocol SubscriptionMacro: PeerMacro {}

extension SubscriptionMacro {
    package static func expansion(
        of node: AttributeSyntax,
        providingPeersOf declaration: some DeclSyntaxProtocol,
        in context: some MacroExpansionContext
    ) throws -> [DeclSyntax] {
        CallbackReader(.subscription, node, in: EnclosingType(context.lexicalContext.first)) { context.diagnose($0) }
            .read(declaration)
        return []
    }
}
