namespace RealTimeActors.Hocon.Tests.Support;

/// <summary>A folder of files, gone when the test ends.</summary>
internal sealed class Folder : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("hocon-tests-");

    internal string Write(string name, string text)
    {
        var path = PathOf(name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
        return path;
    }

    internal string PathOf(string name) => Path.Combine(_folder.FullName, name);

    /// <summary>Reads a file of the folder; JSON out.</summary>
    internal string Json(string name, params string[] variables) => HoconDocument.ParseFile(PathOf(name), Reads.With(variables)).ToJson();

    /// <summary>The message of what is wrong with a file, without the path of the folder.</summary>
    internal string Error(string name, HoconOptions? options = null) =>
        Assert.Throws<HoconException>(() => HoconDocument.ParseFile(PathOf(name), options)).Message.Replace(_folder.FullName + Path.DirectorySeparatorChar, "", StringComparison.Ordinal);

    public void Dispose() => _folder.Delete(recursive: true);
}
