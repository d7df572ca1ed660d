using System.Security.Cryptography;
using RealTimeActors.Protocol.Integrity;

namespace RealTimeActors.Hosting.Integrity;

/// <summary>The file with the private key that checkpoints are signed with: a PEM on the curve P-256, made at the first start where none is configured.</summary>
/// <remarks>Whoever has it can sign a log that was changed. Whoever wants to find that out keeps checkpoints, or at least the public key, on another machine.</remarks>
public static class CheckpointKeyFile
{
    /// <summary>Its name in the data directory.</summary>
    public const string Name = "checkpoint-key.pem";

    private const int BytesMax = 16_384;

    /// <summary>Reads the private key.</summary>
    /// <exception cref="IOException">It cannot be read, or is no such key. The message names the file, and nothing of what is in it.</exception>
    public static ECDsa Load(string path)
    {
        var pem = ReadText(path);
        var ecdsa = ECDsa.Create();
        try
        {
            ecdsa.ImportFromPem(pem);

            // A public key alone, or one on another curve, is none to sign with.
            if (ecdsa.KeySize == 256 && ecdsa.ExportParameters(includePrivateParameters: true).D is not null && CheckpointKey.TryParse(pem, out _, out _))
                return ecdsa;
        }
        catch (Exception bad) when (bad is CryptographicException or ArgumentException)
        {
            // The message says the same for whatever is wrong with it.
        }

        ecdsa.Dispose();
        throw new IOException($"a PEM file with a private key on the curve P-256 (PRIVATE KEY or EC PRIVATE KEY, without a password) is expected; {path} has none that can be read");
    }

    /// <summary>Reads the public half of the key that is in a file, public or private.</summary>
    /// <exception cref="IOException">It cannot be read, or is no such key.</exception>
    public static CheckpointKey LoadPublic(string path) =>
        CheckpointKey.TryParse(ReadText(path), out var key, out var error) ? key : throw new IOException($"{path}: {error}");

    /// <summary>Makes a key in the data directory, if there is none yet: readable by its owner only.</summary>
    /// <returns>The path.</returns>
    /// <exception cref="IOException">It cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The same.</exception>
    public static string EnsureIn(string dataDirectory)
    {
        var path = Path.Combine(Path.GetFullPath(dataDirectory), Name);
        if (File.Exists(path))
            return path;

        // Where the journal is in a database, nobody else makes the directory. It holds a key: nobody else looks into it.
        var directory = Path.GetDirectoryName(path)!;
        if (OperatingSystem.IsWindows())
            Directory.CreateDirectory(directory);
        else
            Directory.CreateDirectory(directory, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);

        using var ecdsa = ECDsa.Create(ECCurve.NamedCurves.nistP256);

        // Whole or not at all: half a key would keep the server from starting ever after.
        var partial = path + ".partial";
        File.Delete(partial);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;

        using (var file = new FileStream(partial, options))
        {
            file.Write(System.Text.Encoding.ASCII.GetBytes(ecdsa.ExportPkcs8PrivateKeyPem() + "\n"));
            file.Flush(flushToDisk: true);
        }

        File.Move(partial, path, overwrite: false);
        return path;
    }

    private static string ReadText(string path)
    {
        try
        {
            return new FileInfo(path).Length <= BytesMax ? File.ReadAllText(path) : throw new IOException($"a PEM file of at most {BytesMax} bytes is expected; {path} is larger");
        }
        catch (Exception unreadable) when (unreadable is UnauthorizedAccessException or FileNotFoundException or DirectoryNotFoundException)
        {
            throw new IOException($"a PEM file that can be read is expected; {path}: {unreadable.Message}", unreadable);
        }
    }
}
