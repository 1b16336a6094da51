// Which colours were chosen? Read before anything is painted; without a choice the system's hold.
document.documentElement.dataset.theme = localStorage.getItem("easel.theme") ?? "";
