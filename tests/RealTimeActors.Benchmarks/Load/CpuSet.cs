using System.Globalization;

namespace RealTimeActors.Benchmarks.Load;

/// <summary>A list of processor numbers as <c>taskset -c</c> reads it: <c>1</c> or <c>0,1</c>; empty means "wherever the kernel likes".</summary>
internal readonly record struct CpuSet(string List)
{
    internal bool IsEmpty => string.IsNullOrEmpty(List);

    /// <summary>Puts every thread of this process on these processors. Threads started later inherit it.</summary>
    internal void Confine() => Confine("self");

    /// <summary>The same for another process, with nothing where the list is empty.</summary>
    internal void Confine(int processId) => Confine(processId.ToString(CultureInfo.InvariantCulture));

    private unsafe void Confine(string process)
    {
        if (IsEmpty) return;

        ulong mask = 0;
        foreach (var cpu in List.Split(',')) mask |= 1UL << int.Parse(cpu, CultureInfo.InvariantCulture);
        foreach (var task in Directory.EnumerateDirectories($"/proc/{process}/task"))
            _ = Libc.SetAffinity(int.Parse(Path.GetFileName(task), CultureInfo.InvariantCulture), sizeof(ulong), &mask);
    }

    public override string ToString() => IsEmpty ? "any" : List;
}
