using System.Text;

namespace RealTimeActors.Hocon.Syntax;

/// <summary>The files that one configuration is made of.</summary>
internal sealed class SourceFiles(HoconLimits limits)
{
    private static readonly UTF8Encoding _strictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>What is tried for a name without an extension, in the order in which it is merged: the last one wins.</summary>
    private static readonly string[] _extensions = [".properties", ".json", ".conf"];

    private readonly List<string> _looked = [];
    private int _count;
    private long _bytes;

    internal HoconLimits Limits { get; } = limits;

    /// <summary>Every file that was read or looked for: when one of them changes, the configuration may.</summary>
    internal IReadOnlyList<string> Looked => _looked;

    /// <summary>The file that somebody asked for by its name.</summary>
    /// <exception cref="HoconException">It is missing or cannot be read.</exception>
    internal SourceText Open(string path)
    {
        var nowhere = new HoconOrigin(path, 0, 0);
        return TryOpen(path, null, nowhere) ?? throw new HoconException(nowhere, "the file cannot be read: there is none of this name");
    }

    /// <summary>The files that an include names: none where they are missing, several where the name has no extension.</summary>
    internal IReadOnlyList<SourceText> Include(SourceText including, string name, bool isRequired, HoconOrigin at)
    {
        if (name.Length == 0 || name.Contains('\0', StringComparison.Ordinal))
            throw new HoconException(at, "expected the name of a file to include, found none");

        if (including.FullPath is null && !Path.IsPathRooted(name))
            throw new HoconException(at, $"expected an absolute path, found \"{name}\": this text is no file that the name could be relative to");

        if (including.Chain.Count() > Limits.IncludeDepthMax)
            throw new HoconException(at, $"expected at most {Limits.IncludeDepthMax} files that include each other in a row, found more");

        var path = Path.Combine(Path.GetDirectoryName(including.Name) ?? "", name);
        string[] candidates = Path.HasExtension(name) ? [path] : [.. _extensions.Select(extension => path + extension)];
        var found = candidates.Select(candidate => TryOpen(candidate, including, at)).OfType<SourceText>().ToList();
        return found.Count > 0 || !isRequired
            ? found
            : throw new HoconException(at, $"expected the required file {string.Join(" or ", candidates)}, found none");
    }

    private SourceText? TryOpen(string path, SourceText? includedBy, HoconOrigin at)
    {
        try
        {
            var full = Path.GetFullPath(path);
            _looked.Add(full);
            CheckCircle(full, path, includedBy, at);
            if (Directory.Exists(full))
                throw new HoconException(at, $"expected a file, found the directory {path}");

            using var file = new FileStream(full, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            if (++_count > Limits.FilesMax)
                throw new HoconException(at, $"expected at most {Limits.FilesMax} files in all, found more");

            var bytes = ReadAll(file, path);
            if ((_bytes += bytes.Length) > Limits.AllFilesBytesMax)
                throw new HoconException(at, $"expected at most {Limits.AllFilesBytesMax} bytes in all files, found more");

            return new SourceText(path, Decode(bytes, path), full, includedBy);
        }
        catch (Exception missing) when (missing is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new HoconException(at, $"the file {path} cannot be read: {unreadable.Message}", unreadable);
        }
    }

    private static void CheckCircle(string full, string path, SourceText? includedBy, HoconOrigin at)
    {
        if (includedBy is not null && includedBy.Chain.Any(file => file.FullPath == full))
            throw new HoconException(at, $"expected a file that does not include itself, found {string.Join(" -> ", includedBy.Chain.Select(file => file.Name))} -> {path}");
    }

    private byte[] ReadAll(FileStream file, string path)
    {
        // Not by its length: a device or a pipe has none.
        var bytes = new byte[(int)Math.Min(file.CanSeek ? file.Length + 1 : 4_096, Limits.FileBytesMax + 1L)];
        var count = 0;
        while (true)
        {
            var read = file.Read(bytes, count, bytes.Length - count);
            count += read;
            if (count > Limits.FileBytesMax)
                throw new HoconException(new HoconOrigin(path, 0, 0), $"expected at most {Limits.FileBytesMax} bytes, found more");

            if (read == 0)
                return bytes[..count];

            if (count == bytes.Length)
                Array.Resize(ref bytes, (int)Math.Min(bytes.Length * 2L, Limits.FileBytesMax + 1L));
        }
    }

    private static string Decode(byte[] bytes, string path)
    {
        try
        {
            return _strictUtf8.GetString(bytes);
        }
        catch (DecoderFallbackException bad)
        {
            var before = bytes.AsSpan(0, Math.Clamp(bad.Index, 0, bytes.Length));
            var line = before.Count((byte)'\n') + 1;
            throw Scanner.Expected("UTF-8", new HoconOrigin(path, line, before.Length - before.LastIndexOf((byte)'\n')), "bytes that are none");
        }
    }
}
