// After a refused form the summary of errors takes the focus, so that it is heard first.
document.querySelector("[data-focus]")?.focus();
