package import SwiftSyntax
package import SwiftSyntaxMacros

/// `@RemoteCall`: marks a method that takes calls of clients.
///
/// It adds nothing by itself: ``ServiceMacro`` writes the code of the whole type. Here the method is checked.
package protocol RemoteCallMacro: PeerMacro {}

extension RemoteCallMacro {
    package static func expansion(
        of node: AttributeSyntax,
        providingPeersOf declaration: some DeclSyntaxProtocol,
        in context: some MacroExpansionContext
    ) throws -> [DeclSyntax] {
        CallbackReader(.remoteCall, node, in: EnclosingType(context.lexicalContext.first)) { context.diagnose($0) }
            .read(declaration)
        return []
    }
}
