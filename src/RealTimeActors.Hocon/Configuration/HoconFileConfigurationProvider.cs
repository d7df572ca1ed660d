using Microsoft.Extensions.FileProviders;
using Microsoft.Extensions.FileProviders.Physical;
using Microsoft.Extensions.Primitives;

namespace RealTimeActors.Hocon.Configuration;

/// <summary>The values of a HOCON file, read again when it changes, if that is wanted.</summary>
internal sealed class HoconFileConfigurationProvider : HoconConfigurationProvider, IDisposable
{
    private readonly HoconConfigurationSource _source;
    private readonly string _path;
    private readonly Lock _gate = new();
    private readonly Dictionary<string, PhysicalFileProvider> _folders = [];
    private readonly Timer? _reload;
    private string[] _files;
    private IDisposable? _watch;
    private bool _isDisposed;

    internal HoconFileConfigurationProvider(HoconConfigurationSource source, string path)
    {
        _source = source;
        _path = path;
        _files = [Path.GetFullPath(path)];
        if (source.ReloadOnChange)
            _reload = new Timer(_ => Reload());
    }

    public override void Load()
    {
        lock (_gate)
            Read();
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _isDisposed = true;
            _watch?.Dispose();
            _reload?.Dispose();
            foreach (var folder in _folders.Values)
                folder.Dispose();
        }
    }

    public override string ToString() => $"HOCON file {_path}";

    /// <summary>Watches the files first and reads them then, so that no change falls between the two; again when reading shows that there are more files.</summary>
    private void Read()
    {
        var areAllWatched = _reload is null;
        while (true)
        {
            Watch();
            var document = new HoconDocument(_source.Options);
            try
            {
                if (!_source.Optional || File.Exists(_path))
                    document.AddFile(_path);

                var values = document.Resolve();
                if (areAllWatched || !AddFiles(document.Files))
                {
                    Show(values);
                    return;
                }
            }
            catch (HoconException) when (!areAllWatched && AddFiles(document.Files))
            {
                // What is wrong may have been put right before the file was watched.
            }

            areAllWatched = true;
        }
    }

    /// <summary>True: there is a file among these that was not known.</summary>
    private bool AddFiles(IReadOnlyList<string> files)
    {
        var known = _files.Length;
        _files = [.. _files.Union(files)];
        return _files.Length > known;
    }

    private void Reload()
    {
        try
        {
            lock (_gate)
            {
                if (_isDisposed)
                    return;

                Read();
            }
        }
        catch (HoconException bad)
        {
            _source.OnReloadFailed?.Invoke(bad);
            return;
        }

        OnReload();
    }

    /// <summary>Waits for the next change of any of the files, also of those that are not there yet.</summary>
    private void Watch()
    {
        if (_reload is null)
            return;

        var tokens = _files
            .Where(file => Directory.Exists(Path.GetDirectoryName(file)))
            .Select(file => FolderOf(Path.GetDirectoryName(file)!).Watch(Path.GetFileName(file)))
            .ToList();
        var watch = new CompositeChangeToken(tokens).RegisterChangeCallback(_ => Soon(), null);
        _watch?.Dispose();
        _watch = watch;
    }

    private void Soon()
    {
        lock (_gate)
        {
            if (!_isDisposed)
                _reload?.Change(_source.ReloadDelay, Timeout.InfiniteTimeSpan);
        }
    }

    private PhysicalFileProvider FolderOf(string path)
    {
        if (!_folders.TryGetValue(path, out var folder))
            _folders.Add(path, folder = new PhysicalFileProvider(path, ExclusionFilters.None));

        return folder;
    }
}
