using System.Security.Cryptography;
using RealTimeActors.Hosting.Settings;

namespace RealTimeActors.Hosting.Integrity;

/// <summary>Opens the key that checkpoints are signed with.</summary>
internal static class CheckpointKeys
{
    /// <summary>The configured one; else the one in the data directory, which is made where there is none; for a journal in memory one that ends with it.</summary>
    /// <exception cref="IOException">It cannot be read or made.</exception>
    internal static ECDsa Open(ServerSettings settings) => (settings.CheckpointKeyFile, settings.Journal) switch
    {
        ({ } file, _) => CheckpointKeyFile.Load(file),
        (null, JournalProvider.Memory) => ECDsa.Create(ECCurve.NamedCurves.nistP256),
        _ => CheckpointKeyFile.Load(CheckpointKeyFile.EnsureIn(settings.DataDirectory)),
    };
}
