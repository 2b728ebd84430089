package import SwiftSyntax
package import SwiftSyntaxMacros

/// `@Listener`: marks a method that takes messages that are published.
///
/// It adds nothing by itself: ``ServiceMacro`` writes the code of the whole type. Here the method is checked.
package protocol ListenerMacro: PeerMacro {}

extension ListenerMacro {
    package static func expansion(
        of node: AttributeSyntax,
        providingPeersOf declaration: some DeclSyntaxProtocol,
        in context: some MacroExpansionContext
    ) throws -> [DeclSyntax] {
        CallbackReader(.listener, node, in: EnclosingType(context.lexicalContext.first)) { context.diagnose($0) }
            .read(declaration)
        return []
    }
}
