using System.Buffers.Text;
using System.Security.Cryptography;

namespace RealTimeActors.Edge.HttpSessions;

/// <summary>Names that no other connection's batches have, on this node or another, before or after a restart.</summary>
internal static class BatchTags
{
    internal static string New() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(9));
}
