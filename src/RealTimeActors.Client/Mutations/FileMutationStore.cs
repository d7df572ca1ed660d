using System.Diagnostics.CodeAnalysis;

namespace RealTimeActors.Client.Mutations;

/// <summary>
/// Keeps edits in a file that only its owner can read. Each is appended and on the disk before it is shown, and so is its end before that is told; when most of the file is answered, it is replaced in one step.
/// </summary>
/// <remarks>What cannot be read is told when it is loaded, and a copy of the file as it was is put beside it. While a client uses the store, <c>.lock</c> beside the file is held.</remarks>
/// <param name="path">The file; its folder exists. One file belongs to one client and one user at a time.</param>
[SuppressMessage("Design", "CA1001", Justification = "The client that uses it closes the files, by ReleaseAsync.")]
public sealed class FileMutationStore(string path) : IMutationStore
{
    private MutationFile _content = new();
    private FileStream? _lock;
    private FileStream? _file;

    /// <summary>A write has failed, and what stands at the end is not sure: the file is replaced before anything else is written.</summary>
    private bool _isTorn;
    private long _bytesWhenReplaced;

    /// <inheritdoc/>
    /// <exception cref="InvalidDataException">The file is there, but it is not one of ours.</exception>
    public async ValueTask<LoadedMutations> LoadAsync(CancellationToken cancellationToken)
    {
        if (_lock is not null)
            throw new InvalidOperationException($"The edits of {path} are in use by another client of this process; one client at a time is expected.");

        _lock = Lock();
        try
        {
            var bytes = File.Exists(path) ? await File.ReadAllBytesAsync(path, cancellationToken) : [];
            _content = MutationFile.Read(bytes, path);
            var damage = _content.BadLines > 0 || _content.IsUnfinished ? await PutAsideAsync(bytes, cancellationToken) : null;
            await ReplaceAsync(cancellationToken);
            return new LoadedMutations(_content.Mutations, damage, _content.BadLines > 0);
        }
        catch
        {
            await ReleaseAsync();
            throw;
        }
    }

    /// <inheritdoc/>
    public async ValueTask WriteAsync(IReadOnlyList<MutationRecord> records, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(records);
        if (_file is null)
            throw new InvalidOperationException($"The edits of {path} are expected to be loaded before more are written.");

        if (_isTorn)
            await ReplaceAsync(cancellationToken);

        var bytes = new MemoryStream();
        foreach (var record in records)
            bytes.Write(record is MutationRecord.Keep keep ? MutationLine.Keep(keep.Mutation) : MutationLine.Drop(((MutationRecord.Drop)record).Number));

        var length = _file.Length;
        try
        {
            await _file.WriteAsync(bytes.GetBuffer().AsMemory(0, (int)bytes.Length), cancellationToken);
            await _file.FlushAsync(cancellationToken);
            _file.Flush(flushToDisk: true);
        }
        catch
        {
            // Half a line may be there, which nothing may be appended to.
            _isTorn = true;
            _file.SetLength(length);
            throw;
        }

        foreach (var record in records)
            _content.Apply(record);
        if (_file.Length > Math.Max(ReplacedFromBytes, 4 * _bytesWhenReplaced))
            await TryReplaceAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public async ValueTask ReleaseAsync()
    {
        if (_file is not null)
            await _file.DisposeAsync();
        if (_lock is not null)
            await _lock.DisposeAsync();
        (_file, _lock, _isTorn) = (null, null, false);
    }

    private FileStream Lock()
    {
        try
        {
            return new FileStream(path + ".lock", Options(FileMode.OpenOrCreate, FileShare.None));
        }
        catch (IOException fault)
        {
            throw new IOException($"The edits of {path} cannot be had for this client alone: {fault.Message} One client at a time is expected; close the other, or use another file.", fault);
        }
    }

    /// <summary>Writes it whole and puts it in the place of what was there, in one step.</summary>
    private async ValueTask ReplaceAsync(CancellationToken cancellationToken)
    {
        var next = path + ".new";
        await using (var file = new FileStream(next, Options(FileMode.Create, FileShare.Read)))
        {
            await file.WriteAsync(_content.ToBytes(), cancellationToken);
            await file.FlushAsync(cancellationToken);
            file.Flush(flushToDisk: true);
        }

        if (_file is not null)
            await _file.DisposeAsync();
        File.Move(next, path, overwrite: true);
        _file = new FileStream(path, Options(FileMode.Append, FileShare.Read));
        _bytesWhenReplaced = _file.Length;
        _isTorn = false;
    }

    private async ValueTask TryReplaceAsync(CancellationToken cancellationToken)
    {
        try
        {
            await ReplaceAsync(cancellationToken);
        }
        catch (IOException)
        {
            // All is written; that it is longer than it need be is no reason to say it is not. The next write tries again, and says so.
            _isTorn = true;
        }
    }

    private async ValueTask<string> PutAsideAsync(byte[] bytes, CancellationToken cancellationToken)
    {
        var aside = path + ".damaged";
        for (var n = 2; File.Exists(aside); n++)
            aside = FormattableString.Invariant($"{path}.damaged-{n}");

        await using (var file = new FileStream(aside, Options(FileMode.CreateNew, FileShare.Read)))
        {
            await file.WriteAsync(bytes, cancellationToken);
            await file.FlushAsync(cancellationToken);
            file.Flush(flushToDisk: true);
        }

        var what = _content.BadLines == 0
            ? "the last record was not finished when the process or the machine stopped; its edit was neither shown nor sent"
            : $"{_content.BadLines} records are not what was written, and edits that were not answered may be among them";
        return $"Of the edits in {path}, {what}. The others are used; the file as it was is {aside}.";
    }

    private static FileStreamOptions Options(FileMode mode, FileShare share)
    {
        var options = new FileStreamOptions { Mode = mode, Access = FileAccess.Write, Share = share, BufferSize = 0 };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        return options;
    }

    private const long ReplacedFromBytes = 256 * 1024;
}
