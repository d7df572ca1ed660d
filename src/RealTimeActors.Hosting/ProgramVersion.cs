using System.Reflection;

namespace RealTimeActors.Hosting;

/// <summary>The version of this program, as it was built.</summary>
internal static class ProgramVersion
{
    /// <summary>As <c>1.0.0</c>, without what the build adds behind a plus sign.</summary>
    internal static string Text { get; } =
        typeof(ProgramVersion).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "0.0.0";
}
