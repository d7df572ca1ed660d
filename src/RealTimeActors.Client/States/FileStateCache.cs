using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using RealTimeActors.Client.Machine.State;
using RealTimeActors.Protocol.Frames;

namespace RealTimeActors.Client.States;

/// <summary>Keeps each document in a file that only its owner can read. A file that is not what was written is as good as none.</summary>
/// <param name="folder">Where the files are; it exists. One folder belongs to one user and one client at a time.</param>
public sealed class FileStateCache(string folder) : IStateCache
{
    /// <inheritdoc/>
    public async ValueTask<KeptState?> LoadAsync(string channel, CancellationToken cancellationToken)
    {
        var path = PathOf(channel);
        if (!File.Exists(path))
            return null;

        var bytes = await File.ReadAllBytesAsync(path, cancellationToken);
        if (bytes.Length <= SHA256.HashSizeInBytes || !SHA256.HashData(bytes.AsSpan(SHA256.HashSizeInBytes)).AsSpan().SequenceEqual(bytes.AsSpan(0, SHA256.HashSizeInBytes)))
            return null;

        try
        {
            using var document = JsonDocument.Parse(bytes.AsMemory(SHA256.HashSizeInBytes));
            var state = Read(document.RootElement);
            return state?.Channel == channel ? state : null;
        }
        catch (Exception fault) when (fault is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            return null;
        }
    }

    /// <inheritdoc/>
    public async ValueTask SaveAsync(KeptState state, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(state);
        var json = Write(state);
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;

        var path = PathOf(state.Channel);
        var next = path + ".new";
        await using (var file = new FileStream(next, options))
        {
            await file.WriteAsync(SHA256.HashData(json.Span), cancellationToken);
            await file.WriteAsync(json, cancellationToken);
            await file.FlushAsync(cancellationToken);
            file.Flush(flushToDisk: true);
        }

        File.Move(next, path, overwrite: true);
    }

    /// <summary>Names of channels have signs that not every file system takes, and some tell small letters from large ones.</summary>
    private string PathOf(string channel) =>
        Path.Combine(folder, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(channel)).AsSpan(0, 16)) + ".state");

    private static KeptState? Read(JsonElement root)
    {
        if (root.GetProperty("version").GetInt32() != Version)
            return null;

        var entries = root.GetProperty("entries").EnumerateArray().Select(entry =>
            new Entry(entry.GetProperty("key").GetString()!, entry.GetProperty("version").GetInt64(), Encoding.UTF8.GetBytes(entry.GetProperty("value").GetRawText())));
        var fields = root.TryGetProperty("fields", out var names) ? names.EnumerateArray().Select(name => name.GetString()!).ToList() : null;
        return new KeptState(root.GetProperty("channel").GetString()!, root.GetProperty("epoch").GetString()!, root.GetProperty("offset").GetInt64(), fields, [.. entries]);
    }

    private static ReadOnlyMemory<byte> Write(KeptState state)
    {
        var json = new ArrayBufferWriter<byte>();
        using var writer = new Utf8JsonWriter(json);
        writer.WriteStartObject();
        writer.WriteNumber("version", Version);
        writer.WriteString("channel", state.Channel);
        writer.WriteString("epoch", state.Epoch);
        writer.WriteNumber("offset", state.Offset);
        if (state.Fields is not null)
        {
            writer.WriteStartArray("fields");
            foreach (var field in state.Fields)
                writer.WriteStringValue(field);
            writer.WriteEndArray();
        }

        writer.WriteStartArray("entries");
        foreach (var entry in state.Entries)
        {
            writer.WriteStartObject();
            writer.WriteString("key", entry.Key);
            writer.WriteNumber("version", entry.Version);
            writer.WritePropertyName("value");
            writer.WriteRawValue(entry.Value.Span, skipInputValidation: true);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
        writer.Flush();
        return json.WrittenMemory;
    }

    private const int Version = 1;
}
