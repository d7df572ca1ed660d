using System.Globalization;

namespace RealTimeActors.Engine.Nodes;

/// <summary>
/// Secrets that one node of a cluster gives out (a session's key, a ticket) say behind themselves which life of a node it was, so that a request which shows one elsewhere finds its way without anybody being asked. The
/// number is none of the secret: whoever changes it comes to a node that does not know him.
/// </summary>
internal static class NodeMark
{
    /// <summary>192 random bits in base64url: what such secrets have before the mark.</summary>
    private const int SecretChars = 32;

    private const char Sign = '-';

    /// <summary>Marks a secret.</summary>
    /// <param name="secret">192 random bits in base64url.</param>
    /// <param name="life">The number of the node's life; 0: the node is alone, and nothing is said of it.</param>
    internal static string Put(string secret, long life) => life > 0 ? string.Create(CultureInfo.InvariantCulture, $"{secret}{Sign}{life}") : secret;

    /// <summary>The number of the life of the node that gave the secret; 0: it does not say.</summary>
    internal static long Of(string marked) =>
        marked.Length > SecretChars + 1 && marked[SecretChars] == Sign && long.TryParse(marked.AsSpan(SecretChars + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var life) ? life : 0;
}
