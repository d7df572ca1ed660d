namespace RealTimeActors.Benchmarks.Load;

/// <summary>The run has no figures: something was lost, repeated, refused or did not come. The message says what.</summary>
internal sealed class BenchmarkFailure(string message) : Exception(message);
