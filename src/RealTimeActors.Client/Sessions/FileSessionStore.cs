using System.Text.Json;

namespace RealTimeActors.Client.Sessions;

/// <summary>
/// Keeps the ticket in a file that only its owner can read. It is replaced in one step, so that a crash leaves either the former ticket or the new one.
/// </summary>
/// <param name="path">The file; its folder exists. One file belongs to one client at a time.</param>
public sealed class FileSessionStore(string path) : ISessionStore
{
    /// <inheritdoc/>
    /// <exception cref="InvalidDataException">The file is there, but it is not one of ours.</exception>
    public async ValueTask<SessionTicket?> LoadAsync(CancellationToken cancellationToken)
    {
        if (!File.Exists(path))
            return null;

        var bytes = await File.ReadAllBytesAsync(path, cancellationToken);
        try
        {
            return JsonSerializer.Deserialize<SessionTicket>(bytes) is { Id: not null, Key: not null } ticket ? ticket : throw new JsonException("Id or Key is absent.");
        }
        catch (JsonException exception)
        {
            throw new InvalidDataException($"The session file {path} is expected to hold an Id and a Key in JSON: {exception.Message} Delete it to begin a new session.", exception);
        }
    }

    /// <inheritdoc/>
    public async ValueTask SaveAsync(SessionTicket ticket, CancellationToken cancellationToken)
    {
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;

        var next = path + ".new";
        await using (var file = new FileStream(next, options))
        {
            await JsonSerializer.SerializeAsync(file, ticket, cancellationToken: cancellationToken);
            await file.FlushAsync(cancellationToken);
            file.Flush(flushToDisk: true);
        }

        File.Move(next, path, overwrite: true);
    }
}
