package import SwiftSyntax
package import SwiftSyntaxMacros

/// `@Configure`: marks a method that takes the channels that it sets up.
///
/// It adds nothing by itself: ``ServiceMacro`` writes the code of the whole type. Here the method is checked.
package protocol ConfigureMacro: PeerMacro {}

extension ConfigureMacro {
    package static func expansion(
        of node: AttributeSyntax,
        providingPeersOf declaration: some DeclSyntaxProtocol,
        in context: some MacroExpansionContext
    ) throws -> [DeclSyntax] {
        CallbackReader(.configuration, node, in: EnclosingType(context.lexicalContext.first)) { context.diagnose($0) }
            .read(declaration)
        return []
    }
}
