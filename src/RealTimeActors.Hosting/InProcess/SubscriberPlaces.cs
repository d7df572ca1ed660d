using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using RealTimeActors.Client.Sessions;
using RealTimeActors.Hosting.Settings;

namespace RealTimeActors.Hosting.InProcess;

/// <summary>
/// Keeps what a named subscriber needs to be the same session after a restart: the session's id and key. The place itself is in the journal, with the session.
/// </summary>
/// <remarks>One file for each, in <c>subscribers</c> beside the journal, for its owner only and replaced in one step before the former key is given up. The folder belongs to the
/// journal: copied elsewhere with it, the subscribers go on there; without it, they begin anew.</remarks>
internal sealed class SubscriberPlaces(ServerSettings settings)
{
    private readonly string _folder = Path.Combine(Path.GetFullPath(settings.DataDirectory), "subscribers");

    /// <summary>Where the journal is gone with the process, so is this.</summary>
    private readonly ConcurrentDictionary<string, MemoryPlace>? _inMemory = settings.Journal == JournalProvider.Memory ? new() : null;

    /// <summary>The place of a subscriber in a channel.</summary>
    internal ISessionStore Open(string subscriber, string channel)
    {
        if (_inMemory is not null)
            return _inMemory.GetOrAdd(FileOf(subscriber, channel), _ => new MemoryPlace());

        if (OperatingSystem.IsWindows())
            Directory.CreateDirectory(_folder);
        else
            Directory.CreateDirectory(_folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);

        return new FileSessionStore(Path.Combine(_folder, FileOf(subscriber, channel)));
    }

    internal void Forget(string subscriber, string channel)
    {
        if (_inMemory is not null)
            _inMemory.TryRemove(FileOf(subscriber, channel), out _);
        else
            File.Delete(Path.Combine(_folder, FileOf(subscriber, channel)));
    }

    // A hash: names differ by case and file systems do not always, and a long channel is no file name.
    private static string FileOf(string subscriber, string channel) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{subscriber}\n{channel}")).AsSpan(0, 16)) + ".json";

    private sealed class MemoryPlace : ISessionStore
    {
        private volatile SessionTicket? _ticket;

        public ValueTask<SessionTicket?> LoadAsync(CancellationToken cancellationToken) => ValueTask.FromResult(_ticket);

        public ValueTask SaveAsync(SessionTicket ticket, CancellationToken cancellationToken)
        {
            _ticket = ticket;
            return ValueTask.CompletedTask;
        }
    }
}
