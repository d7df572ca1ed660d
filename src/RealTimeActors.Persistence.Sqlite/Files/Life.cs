using System.Security.Cryptography;

namespace RealTimeActors.Persistence.Sqlite.Files;

/// <summary>The life of a store: a random text that is new whenever it was made or restored.</summary>
internal static class Life
{
    internal static string New() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
}
