namespace RealTimeActors.Persistence.Tck.Stores;

/// <summary>A directory of its own for one test.</summary>
internal sealed class TempDirectory : IDisposable
{
    internal string Path { get; } = Directory.CreateTempSubdirectory("rta-journal-").FullName;

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
