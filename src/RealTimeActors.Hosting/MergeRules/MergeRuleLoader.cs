using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using System.Runtime.Loader;
using RealTimeActors.Engine.Conflicts;

namespace RealTimeActors.Hosting.MergeRules;

/// <summary>Makes conflict rules of classes that are named in the configuration. Their code runs in the server: who may write the configuration or the directory may do what the server may.</summary>
/// <param name="directory">Where assemblies are that are not the server's own, with what they need beside them; null: beside the server.</param>
internal sealed class MergeRuleLoader(string? directory)
{
    internal const string Example = "\"Acme.Rules.Median, Acme.Rules\"";

    private readonly string _directory = directory is null ? AppContext.BaseDirectory : Path.GetFullPath(directory);
    private readonly Dictionary<string, Assembly> _loaded = new(StringComparer.Ordinal);

    /// <summary>Makes the rule.</summary>
    /// <param name="text">The class and its assembly, as <c>Acme.Rules.Median, Acme.Rules</c>.</param>
    /// <param name="rule">The rule.</param>
    /// <param name="error">What is wrong, without a full stop.</param>
    internal bool TryLoad(string text, [NotNullWhen(true)] out IMergeRule? rule, [NotNullWhen(false)] out string? error)
    {
        rule = null;
        var comma = text.IndexOf(',', StringComparison.Ordinal);
        var (name, assemblyName) = comma < 0 ? (text.Trim(), "") : (text[..comma].Trim(), text[(comma + 1)..].Trim());
        if (name.Length == 0 || assemblyName.Length == 0 || assemblyName.Contains(',', StringComparison.Ordinal) || assemblyName.IndexOfAny(Path.GetInvalidFileNameChars()) >= 0)
        {
            error = $"a class and its assembly are expected, as {Example}; '{text}' came";
            return false;
        }

        if (!TryAssembly(assemblyName, out var assembly, out error))
            return false;

        if (assembly.GetType(name, throwOnError: false) is not { } type)
        {
            error = $"a class of the assembly {assemblyName} is expected; it has no '{name}'{Nearest(assembly)}";
            return false;
        }

        if (!typeof(IMergeRule).IsAssignableFrom(type) || type.IsAbstract || type.GetConstructor(Type.EmptyTypes) is not { IsPublic: true })
        {
            error = $"a class that is an {nameof(IMergeRule)} and has a public constructor without parameters is expected; {name} is not";
            return false;
        }

        try
        {
            rule = (IMergeRule)Activator.CreateInstance(type)!;
            error = null;
            return true;
        }
        catch (TargetInvocationException failed)
        {
            error = $"{name} cannot be made: its constructor says {failed.InnerException?.Message.TrimEnd('.')}";
            return false;
        }
    }

    private bool TryAssembly(string name, [NotNullWhen(true)] out Assembly? assembly, [NotNullWhen(false)] out string? error)
    {
        error = null;
        if (_loaded.TryGetValue(name, out assembly))
            return true;

        var file = Path.Combine(_directory, $"{name}.dll");
        try
        {
            assembly = AppDomain.CurrentDomain.GetAssemblies().FirstOrDefault(there => there.GetName().Name == name) ?? (File.Exists(file) ? Load(file) : null);
        }
        catch (Exception unusable) when (unusable is BadImageFormatException or FileLoadException or IOException or UnauthorizedAccessException)
        {
            error = $"{file} cannot be loaded: {unusable.Message.TrimEnd('.')}";
            return false;
        }

        if (assembly is null)
        {
            error = $"the assembly {name} is expected at {file}; there is none (realtime.state.rules-directory says where they are)";
            return false;
        }

        _loaded.Add(name, assembly);
        return true;
    }

    /// <summary>What it needs is looked for beside it; what the server has itself is the server's, so that an <see cref="IMergeRule"/> is the same there and here.</summary>
    private static Assembly Load(string file)
    {
        var needs = new AssemblyDependencyResolver(file);
        var context = new AssemblyLoadContext(Path.GetFileNameWithoutExtension(file));
        context.Resolving += (self, wanted) => needs.ResolveAssemblyToPath(wanted) is { } path ? self.LoadFromAssemblyPath(path) : null;
        return context.LoadFromAssemblyPath(file);
    }

    /// <summary>The rules that the assembly does have.</summary>
    private static string Nearest(Assembly assembly)
    {
        try
        {
            var rules = assembly.GetExportedTypes().Where(type => typeof(IMergeRule).IsAssignableFrom(type)).Select(type => type.FullName).Order(StringComparer.Ordinal).ToArray();
            return rules.Length == 0 ? ", nor any rule" : $", but {string.Join(", ", rules)}";
        }
        catch (Exception unreadable) when (unreadable is FileNotFoundException or FileLoadException or TypeLoadException or BadImageFormatException)
        {
            return $" ({unreadable.Message.TrimEnd('.')})";
        }
    }
}
