import { createApp, watchEffect } from "vue";
import "./design/base.css";
import App from "./App.vue";
import { language } from "./i18n";
import { router } from "./router";

watchEffect(() => {
  document.documentElement.lang = language.value;
});

createApp(App).use(router).mount("#app");
