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
    private IDisposable? _watch;
    private bool _isDisposed;

    internal HoconFileConfigurationProvider(HoconConfigurationSource source, string path)
    {
        _source = source;
        _path = path;
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

    private void Read()
    {
        var document = new HoconDocument(_source.Options);
        try
        {
            if (!_source.Optional || File.Exists(_path))
                document.AddFile(_path);

            Show(document.Resolve());
        }
        finally
        {
            Watch(document.Files.Append(Path.GetFullPath(_path)).Distinct());
        }
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
    private void Watch(IEnumerable<string> files)
    {
        if (_reload is null)
            return;

        var tokens = files
            .Where(file => Directory.Exists(Path.GetDirectoryName(file)))
            .Select(file => FolderOf(Path.GetDirectoryName(file)!).Watch(Path.GetFileName(file)))
            .ToList();
        _watch?.Dispose();
        _watch = new CompositeChangeToken(tokens).RegisterChangeCallback(_ => Soon(), null);
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
