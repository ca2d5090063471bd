import { Component, type ReactNode } from "react";

type PanelBoundaryProps = { children: ReactNode; fallback(retry: () => void): ReactNode };

/** Catches what goes wrong while its children are drawn, so that the rest of the page lives on. */
export class PanelBoundary extends Component<PanelBoundaryProps, { failed: boolean }> {
  override state = { failed: false };

  static getDerivedStateFromError() {
    return { failed: true };
  }

  override componentDidCatch(error: unknown) {
    console.error("A part of the page could not be shown.", error);
  }

  override render() {
    if (!this.state.failed) return this.props.children;
    return this.props.fallback(() => this.setState({ failed: false }));
  }
}
