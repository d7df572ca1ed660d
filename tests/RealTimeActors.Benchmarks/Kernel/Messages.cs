namespace RealTimeActors.Benchmarks.Kernel;

/// <summary>What is told in the one-to-one workload.</summary>
internal enum Messages
{
    /// <summary>One object again and again: the price of telling and handling alone.</summary>
    Shared,

    /// <summary>A new object of 24 bytes each time.</summary>
    New,

    /// <summary>One object, told to an actor that takes anything through an address of something (contravariance).</summary>
    ToAnything,
}
